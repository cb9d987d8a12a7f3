/** Bytes of HTML: Gmail cuts a longer mail off, and with it the way to unsubscribe. */
export const CLIPPED_AT = 102 * 1024;
