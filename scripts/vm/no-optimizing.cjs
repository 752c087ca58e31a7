// Loaded first by every Node of a guest. An emulated processor translates machine code before it runs it: what V8 compiles a second time, for speed, costs more
// than it gives to programs that live for seconds.
require('node:v8').setFlagsFromString('--no-opt');
