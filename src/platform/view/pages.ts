import type { Brand } from './brand.ts';
import { createLiquid, spokenIn } from './liquid.ts';
import type { Messages } from './messages.ts';

export interface Pages {
  /** `name` is a file of `templates/pages` without its ending. */
  render<Data extends object>(name: string, data: Data & { brand?: Brand }): Promise<string>;
}

export function createPages(messages: Messages): Pages {
  const liquid = createLiquid('pages', messages);
  return { render: (name, data) => liquid.renderFile(name, data, spokenIn(data)) };
}
