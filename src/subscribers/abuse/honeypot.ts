/** No person sees this field; programs that fill in whatever they find do not know that. */
export const fellIn = ({ website_address: typed }: { website_address?: unknown }): boolean =>
  typeof typed === 'string' ? typed.trim() !== '' : typed !== undefined;
