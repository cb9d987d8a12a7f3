/** What a mail says: HTML and text with the slots that the real templates have. */
export interface Content {
  html: string;
  text: string;
}

// With letters beyond ASCII, as in any newsroom, so that both parts need a transfer encoding.
const WORDS =
  'harbour pilots agree a winter timetable after months of talks the council will vote on Thursday café owners say “enough” is enough — prices rose by a tenth naïve forecasts missed the storm São Paulo sends engineers bridge reopens schools stay shut until Monday ferry line tram depot market square library hours longer nights fewer buses'.split(
    ' ',
  );

const family = "font-family:Georgia,'Times New Roman',serif";

/** The longest content whose message is at most that long; it falls short by a few bytes. `sizeOf` builds the message. */
export async function contentOfSize(bytes: number, sizeOf: (content: Content) => Promise<number>): Promise<Content> {
  const fits = async (stories: number, filler: number) => (await sizeOf(build(stories, filler))) <= bytes;
  const stories = await largest(1, bytes / 500, (count) => fits(count, 0));
  const filler = await largest(0, 3000, (letters) => fits(stories, letters));
  return build(stories, filler);
}

/** By bisection: the largest number for which it holds. */
async function largest(from: number, to: number, holds: (number: number) => Promise<boolean>): Promise<number> {
  let [low, high] = [from, Math.ceil(to)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (await holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function build(stories: number, filler: number): Content {
  const all = Array.from({ length: stories }, (_, at) => storyOf(at));
  return { html: htmlOf(all, words(7, 600).slice(0, filler)), text: textOf(all) };
}

interface Story {
  url: string;
  headline: string;
  standfirst: string;
}

const storyOf = (at: number): Story => ({
  url: `https://post.example/2026/11/25/${words(at * 31, 4).replaceAll(/[^a-z]+/g, '-')}-${at}`,
  headline: words(at * 17 + 3, 7),
  standfirst: words(at * 13 + 5, 22),
});

const words = (from: number, count: number): string =>
  Array.from({ length: count }, (_, at) => WORDS[(from + at * 7) % WORDS.length]).join(' ');

const htmlOf = (stories: Story[], filler: string) => `<!doctype html>
<html lang="en" dir="ltr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${stories[0]?.headline}</title>
<style type="text/css">body{margin:0;padding:0;-webkit-text-size-adjust:100%}table,td{border-collapse:collapse}
@media (prefers-color-scheme:dark){.page,.page div,.page a{color:#f1efea!important}.page{background:#161616!important}}</style></head>
<body class="page" style="word-spacing:normal;background-color:#ffffff;">
<table align="center" border="0" cellpadding="0" cellspacing="0" role="presentation" style="width:100%;max-width:600px;"><tbody>
${stories.map(cardOf).join('\n')}
<tr><td style="padding:14px 24px 0;"><div style="${family};font-size:16px;line-height:24px;color:#3c4043;">${filler}</div></td></tr>
<tr><td style="padding:40px 24px 32px;"><div style="${family};font-size:14px;line-height:20px;color:#1a1a1a;">
<a href="%%preferences_url%%" style="color:#1a1a1a;display:inline-block;padding:12px 20px 12px 0">Change what you get, or when</a>
<a href="%%unsubscribe_url%%" style="color:#1a1a1a;display:inline-block;padding:12px 0">Unsubscribe</a></div></td></tr>
</tbody></table></body></html>`;

const cardOf = ({ url, headline, standfirst }: Story) =>
  `<tr><td align="left" class="ink" style="font-size:0px;padding:20px 24px 0;word-break:break-word;"><div style="${family};font-size:20px;font-weight:700;line-height:26px;text-align:left;color:#1a1a1a;"><a href="${url}" style="color:#1a1a1a;text-decoration:none">${headline}</a></div></td></tr>
<tr><td align="left" class="quiet" style="font-size:0px;padding:6px 24px 0;word-break:break-word;"><div style="${family};font-size:16px;line-height:24px;text-align:left;color:#3c4043;">${standfirst}</div></td></tr>`;

const textOf = (stories: Story[]) => `${stories
  .map(({ url, headline, standfirst }) => `${headline}\n\n${standfirst}\n\n${url}\n`)
  .join('\n')}
------------------------------------------------------------------------
Change what you get, or when:
%%preferences_url%%

Unsubscribe:
%%unsubscribe_url%%
`;
