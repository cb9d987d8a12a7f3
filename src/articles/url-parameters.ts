// What campaigns, mail programs, networks and analytics append. None of them names an article anywhere we know of.
const TRACKING = new RegExp(
  `^(${[
    // Families.
    'utm_.*|mc_.*|ns_.*|at_.*|pk_.*|mtm_.*|piwik_.*|matomo_.*|hsa_.*|_hs.*|__hs.*|vero_.*|oly_.*|guce_.*|wt_.*|wt\\.mc.*|ml_subscriber.*',
    // Click ids.
    'fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|li_fat_id|igshid|igsh|mibextid|epik|srsltid|s_kwcid|ef_id|rb_clickid|irclickid|_openstat',
    // Campaigns.
    'cmp|cmpid|camp|campaign|campaign_id|icid|int_?cmp|intcid|itm_.*|ncid|ocid|s_cid|cid_source|xtor|mkt_tok|ftag|ito|echobox|hootpostid|sc_.*|spm|trkcampaign|smid|smtyp|emc|rref|reflink|taid|tpcc|sara_ecid|maca|dm_i|_ke|emci|emdi|ceid|instance_id|segment_id|regi_id|nlid|newsletter_id',
    // Networks and analytics.
    '_ga|_gl|ref_src|ref_url|referrer|referer|referringsource|fb_.*|action_object_map|soc_src|soc_trk|tsrc|__twitter_impression|sfnsn|extid|guccounter|sr_share|share_?id|_branch_.*',
    // AMP and its caches; links to a comment; what keeps caches away.
    'amp|amp_.*|usqp|aoh|replytocom|nocache|cachebuster|_',
    // Sessions.
    'phpsessid|jsessionid|aspsessionid.*|sessionid|session_id|sessid|cfid|cftoken|oscsid|zenid',
  ].join('|')})$`,
  'i',
);

/** Tracking on most sites, the name of the article on a few. */
const AMBIGUOUS =
  /^(ref|source|src|from|via|share|shared|origin|rss|feed|cid|partner|nl|si|feature|app|m|mobile|device|mod|trk|chn)$/i;
const REFERRER =
  /^(|1|0|true|false|yes|rss.*|feed.*|.*twitter.*|x|x\.com|.*facebook.*|fb|ig|instagram|linkedin|reddit|whatsapp|telegram|tg|t\.co|tw|email.*|e-?mail.*|mail|newsletter.*|nl|social.*|share.*|push.*|notification|app|ios|android|google.*|bing|news|amp.*|home(page)?|front(page)?|mobile|desktop|widget|sidebar|related|most-?read|search|apple.*|msn|yahoo|flipboard|copy.*|link|nav|nf|menu|top|hp|daybreak)$/i;

/** A story's number is shorter. */
const SESSION_ID = /^[0-9a-f]{16,}$/i;

/** The same page laid out for somebody else. */
const LAYOUT = /^(outputtype|output|view|mode|format|type|template|display|print|layout)$/i;
const LAYOUT_VALUE = /^(amp|mobile|m)$/i;

type Pair = [name: string, value: string];

/**
 * What of a query names the article, in one order.
 * @param named whether the path alone says which article it is
 */
export function namingQuery(search: string, named: boolean): string {
  const pairs = search.slice(1).split('&').filter(Boolean).map(pairOf);
  return pairs
    .filter((pair) => !saysNothing(pair, named))
    .toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .join('&');
}

function pairOf(text: string): Pair {
  const [name = '', ...value] = text.split('=');
  // Ampersands that were escaped for HTML once too often.
  return [name.replace(/^(amp;|#038;)+/i, ''), value.join('=')];
}

/** Whether a parameter of this name says only how somebody came here. */
export const isTracking = (name: string): boolean => TRACKING.test(name);

function saysNothing([name, value]: Pair, named: boolean): boolean {
  if (isTracking(name) || name === '') return true;
  if (/^(s|sid)$/i.test(name)) return SESSION_ID.test(value);
  if (LAYOUT.test(name)) return LAYOUT_VALUE.test(value);
  // `?m=202601` is a month's archive, `?m=1` the page for telephones.
  if (/^(m|mobile)$/i.test(name)) return REFERRER.test(value);
  return AMBIGUOUS.test(name) && (named || REFERRER.test(value));
}
