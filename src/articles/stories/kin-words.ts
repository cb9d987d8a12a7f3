import { stem } from './stem.ts';

/** Words between which newspapers choose when they tell of one thing. */
const KIN = `
fire blaze inferno flames wildfire ablaze
close shut shuts shutting closure closing
die dead death deaths killed kills killing fatal fatality
hurt injured injures injuries injury wounded
earthquake quake tremor
resign resigns resignation quit quits
jail jailed prison imprisoned sentenced sentence condamne condamnee
crash crashes collide collided collision accident
strike strikes walkout walkouts
storm gale gales winds
police detectives officers constable
power electricity blackout outage courant
approve approved approval backs
increase raise raised rise rises hike
cut cuts reduce reduced slash slashed
fall falls drop drops decline plunge slump tumble
buy buys acquire acquisition takeover bought
plane aircraft jet airliner
ship vessel boat
car vehicle
train trains rail railway
doctor medics physician
house home homes houses household
charged accused suspect
protest protests demonstrate demonstration rally march marches
explosion blast explodes
rescue rescued rescuers saved
robbery theft stolen stole robbed thieves
agree agreed deal agreement accord
ban bans banned outlaw prohibit
investigation inquiry investigators
shooting gunman gunfire shot
flood floods flooded flooding floodwater
election poll polls ballot
hospital clinic
dismiss dismissed sack sacked fired
virus infection infections outbreak
incendie feu flammes
mort morte meurt tuee tues deces mortel mortelle
ferme fermee fermer fermeture
greve debrayage
seisme tremblement
emploi emplois poste postes
usine fabrique
deputes assemblee
brand brände großbrand feuer flammen
tot tote toter toten tod stirbt starb sterben getötet
rücktritt tritt zurücktreten
unfall zusammenstoß kollision
streik warnstreik ausstand
erdbeben beben
überschwemmung hochwasser flut
niederlage verliert verlor unterliegt
sieg gewinnt gewann besiegt
haft gefängnis verurteilt
пожежа вогонь займання загоряння
загинули загиблих загинув померла помер смерть жертв
постраждалих постраждали поранено травмовано поранення
перекрили закрили закриють закриття перекрито
землетрус поштовх поштовху підземні
звільнили відставка відставку
засудили вирок тюрми
перемога перемогла переміг виграла виграв
негода буря шторм вітер
світло світла електропостачання знеструмила
حريق نيران النيران
وفاة مقتل قتيل قتلى قتيلا ضحايا مصرع
إصابة مصابين المصابين جرحى يصيب
إغلاق تغلق مغلق
زلزال هزة
إضراب يضربون الإضراب
استقالة يستقيل
فوز يفوز الفوز
الكهرباء التيار كهرباء
عاصفة رياح الرياح
البرلمان النواب
`;

const kin = new Map(
  KIN.trim()
    .split('\n')
    .flatMap((line) => {
      const stems = line.split(' ').map(stem);
      return stems.map((word) => [word, stems[0] ?? word] as const);
    }),
);

/** One word for all of a kind. */
export const kinOf = (word: string): string => kin.get(word) ?? word;
