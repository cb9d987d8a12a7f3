import { fileURLToPath } from 'node:url';
import express, { Router } from 'express';
import { type Brand, dressed } from '../view/brand.ts';

const folder = fileURLToPath(new URL('../../../templates/assets/', import.meta.url));

/** Our own files, under `/assets`; `embed.js` stands at the root, and the brand's colour is a stylesheet of its own. */
export function assets({ newsletters }: { newsletters: { brand(): Promise<Brand> } }): Router {
  const router = Router();
  // A module is fetched by the rules of CORS, and embed.js brings this one into other sites' pages.
  router.use('/assets/prove.js', (_req, res, next) => {
    res.set('Access-Control-Allow-Origin', '*');
    next();
  });
  router.use('/assets', express.static(folder, { maxAge: '1h', index: false }));
  router.get('/embed.js', (_req, res) => {
    res.set('Cache-Control', 'public, max-age=300').sendFile('embed.js', { root: folder });
  });
  router.get('/brand.css', async (_req, res) => {
    const { accent, accentDark, headlineFont } = dressed(await newsletters.brand());
    res.type('css').set('Cache-Control', 'public, max-age=300');
    res.send(`:root{--accent:${accent};--accent-dark:${accentDark};--headlines:${headlineFont}}`);
  });
  return router;
}
