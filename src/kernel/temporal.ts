/** The one place that chooses a Temporal: the platform's own arrives with Node 26. */
export { Temporal } from 'temporal-polyfill';
