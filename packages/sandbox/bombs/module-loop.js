// At the top of a module, before there is a function.
// Expected: timed-out
// Time limit: 400 ms
for (;;);
