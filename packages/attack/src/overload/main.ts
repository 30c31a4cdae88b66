#!/usr/bin/env node
import { runTrial } from "../runTrial.ts"
import { overloadCommand } from "./overloadCommand.ts"

runTrial(overloadCommand)
