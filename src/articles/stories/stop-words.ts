import { stem } from './stem.ts';
import { folded } from './tokens.ts';

/** Words that stand in every article: they say nothing about which event it is. */
const STOP = {
  en: `a an the and or but nor so yet of in on at by for to from with without into onto over under after before during until
    since than then that this these those there here it its he she they them his her their him we our you your i my me who
    whom whose which what when where why how is are was were be been being am do does did done has have had having will would
    can could may might must shall should not no as if up down out off about more most less least very also just only own same
    too again all any both each few other some such one s t re ve ll d per against between among through while because via
    says said say told tell tells new now still even ever first last next`,
  fr: `le la les l un une des du de d et ou mais ni car donc a au aux en dans sur sous par pour avec sans vers chez entre
    depuis pendant apres avant contre ce cet cette ces c qui que quoi dont ou il elle ils elles on nous vous je tu se s sa son
    ses leur leurs notre votre mon ma mes ne n pas plus moins tres est sont ete etait etaient etre a ont avait avoir sera
    seront peut doit fait faire selon lors si y tout tous toute toutes autre autres meme aussi encore deja deux`,
  de: `der die das den dem des ein eine einen einem einer eines und oder aber denn doch in im an am auf aus bei beim bis durch für
    gegen mit nach ohne seit über um unter von vom vor wegen zu zum zur zwischen während ab als wie dass ob wenn weil da dann
    damit dabei dafür ich du er sie es wir ihr man sich sein seine seinen seiner ihre ihren ihrer ihrem kein keine nicht nur
    noch schon auch sehr mehr weniger rund etwa ist sind war waren wird werden wurde wurden hat haben hatte hatten kann können
    konnte muss müssen musste soll sollen sollte will wollen was wer wo wann warum der dies diese dieser dieses hier dort
    so nun wieder weiter alle alles andere laut sagt sagte neue neuer neues neuen`,
  uk: `і й та а але або чи що як це цей ця ці той та ті у в на з із зі до від для за по про при над під між через після перед
    без не ні є був була було були буде будуть бути він вона воно вони його її їх йому їй ми ви я ти свій своя своє свої який
    яка яке які де коли чому тому також ще вже лише тільки більше менше дуже все всі весь вся щодо серед проти щонайменше`,
  ar: `في من على إلى الى عن مع بعد قبل خلال حتى منذ بين تحت فوق عند أو او و ثم لكن أن ان إن كان كانت يكون هو هي هم هذا هذه ذلك
    تلك التي الذي الذين ما لا لم لن قد كل بعض غير أي كما إذا بسبب بشأن ضد أمام لدى عدد مقابل`,
};

/** What newspapers write about everything: it counts, but little. */
const COMMON = {
  en: `people man woman men women child children year years day days week weeks month months time hour hours minute minutes
    two three four five six seven eight nine ten hundred thousand million billion cent percent say call make take find found
    get give go going come face plan plans report reports need know early late big small high higher low lower long old young
    set show shows end start begin open close home town city council government minister mayor police official officials news
    monday tuesday wednesday thursday friday saturday sunday morning afternoon evening night today tomorrow yesterday
    january february march april june july august september october november december weekend spring summer autumn winter
    update live latest video watch explained preview review win wins won beat beats lose loses lost vote votes`,
  fr: `an ans annee annees jour jours semaine semaines mois heure heures minute minutes homme femme hommes femmes personne
    personnes enfant enfants trois quatre cinq six sept huit neuf dix cent mille million millions milliard milliards
    lundi mardi mercredi jeudi vendredi samedi dimanche matin soir nuit aujourd hui demain hier janvier fevrier mars avril mai
    juin juillet aout septembre octobre novembre decembre ville police gouvernement ministre tribunal maire saint sainte video direct`,
  de: `jahr jahre jahren tag tage tagen woche wochen monat monate stunde stunden minute minuten mann männer frau frauen mensch
    menschen kind kinder leute zwei drei vier fünf sechs sieben acht neun zehn hundert tausend million millionen milliarde
    milliarden prozent montag dienstag mittwoch donnerstag freitag samstag sonntag morgen mittag abend nacht heute gestern
    januar februar märz april mai juni juli august september oktober november dezember stadt polizei regierung gericht bürgermeister
    gewinnt gewann verliert verlor video`,
  uk: `рік року років день дня днів тиждень тижнів місяць місяців година годин хвилина хвилин чоловік жінка людей люди особа
    два дві двоє три четверо десять сто тисяча тисяч мільйон мільйонів понеділок вівторок середа четвер пятниця субота неділя
    ранку вечора сьогодні завтра вчора місто міста поліція уряд міністр суд мер районний область обласна україна українські росія росіяни російські відео
    новини`,
  ar: `سنة عام عاما يوم أيام اسبوع شهر ساعة دقيقة رجل امرأة شخص أشخاص ألف مليون مليار الاثنين الثلاثاء الأربعاء الخميس الجمعة
    السبت الأحد صباح مساء اليوم غدا أمس مدينة الشرطة الحكومة وزير ثلاثة أربعة خمسة مئة المئة فيديو أخبار`,
};

const stemsOf = (list: string): Set<string> => new Set(list.split(/\s+/).map((word) => stem(folded(word))));
const stop = Object.values(STOP).map(stemsOf);
const common = stemsOf(Object.values(COMMON).join(' '));

export const isCommon = (word: string): boolean => common.has(word);

/** The stop words of the language that has most in a text: `die` is one in German, and news in English. */
export function stopWordsOf(stems: string[]): Set<string> {
  const counts = stop.map((words) => stems.filter((word) => words.has(word)).length);
  return stop[counts.indexOf(Math.max(...counts))] ?? new Set();
}
