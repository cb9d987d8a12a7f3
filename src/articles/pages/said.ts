export interface Picture {
  /** As it is written; it may be relative. */
  url: string;
  alt?: string;
  width?: number;
  height?: number;
}

/** What one of the voices of a page (JSON-LD, OpenGraph, …) says of the article on it, as text. */
export interface Said {
  headline: string;
  standfirst: string;
  authors: string[];
  published: string;
  modified: string;
  section: string;
  pictures: Picture[];
  url: string;
  site: string;
  language: string;
}

export const nothing: Said = {
  ...{ headline: '', standfirst: '', authors: [], published: '', modified: '', section: '' },
  ...{ pictures: [], url: '', site: '', language: '' },
};

export const firstOf = (...texts: string[]): string => texts.find((text) => text !== '') ?? '';
