/**
 * Has this thread start no other: the gate of the process guards what its main thread starts, not what a thread does, and
 * a thread may be started with flags that leave it all rights. A cell cannot keep the right from its threads.
 */
process.permission.drop('worker')
