// RFC 2142, and what newsrooms see besides. Behind these is a desk or a machine, and whoever leaves it still gets mail.
const ROLES = new Set(
  `abuse accounts admin administrator billing contact enquiries help helpdesk hello hostmaster hr info inquiries it jobs legal
  mail mailer-daemon marketing media news newsletter no-reply noc noreply office postmaster press privacy root sales security
  spam subscribe support team usenet webmaster www`.split(/\s+/),
);

export const isRole = (local: string): boolean => ROLES.has(local.toLowerCase().replace(/\+.*$/, ''));
