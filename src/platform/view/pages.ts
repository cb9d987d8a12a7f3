import { createLiquid } from './liquid.ts';

export interface Pages {
  /** `name` is a file of `templates/pages` without its ending. */
  render(name: string, data: object): Promise<string>;
}

export function createPages(): Pages {
  const liquid = createLiquid('pages');
  return { render: (name, data) => liquid.renderFile(name, data) };
}
