/** What Piscina runs in each of its threads; `programs/bundle.js` knows where it lies. */
declare module 'piscina/worker' {}
