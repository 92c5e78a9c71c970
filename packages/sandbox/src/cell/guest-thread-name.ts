/** What the system calls the threads that run guests; it keeps no more than 15 characters. */
export const GUEST_THREAD_NAME = 'guest-thread'
