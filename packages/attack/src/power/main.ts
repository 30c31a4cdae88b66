#!/usr/bin/env node
import { runTrial } from "../runTrial.ts"
import { powerLossCommand } from "./powerLossCommand.ts"

runTrial(powerLossCommand)
