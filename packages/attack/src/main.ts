#!/usr/bin/env node
import { attackCommand } from "./attackCommand.ts"
import { runTrial } from "./runTrial.ts"

runTrial(attackCommand)
