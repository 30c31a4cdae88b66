// `node --import watched.mjs <program>`: a program that does not end well when its output is lost.
import { watchOutput } from "./src/watchOutput.mjs"

watchOutput()
