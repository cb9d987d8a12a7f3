interface Day {
  newsletterId: number;
  /** `YYYY-MM-DD` */
  day: string;
  readers: number;
}

const LINE = { width: 480, height: 48 };
const DAY_MS = 86_400_000;

/** A newsletter's readers day by day, as a line and as the numbers behind it. */
export function growthView(days: Day[], newsletters: { id: number; name: string; active: boolean }[]) {
  const byNewsletter = Map.groupBy(days, ({ newsletterId }) => newsletterId);
  return newsletters
    .filter(({ active }) => active)
    .flatMap(({ id, name }) => {
      const own = byNewsletter.get(id) ?? [];
      const [first, last] = [own[0], own.at(-1)];
      if (!first || !last) return [];
      return {
        ...{ name, readers: last.readers, since: first.day, gained: last.readers - first.readers },
        lost: first.readers - last.readers,
        line: first === last ? null : { ...LINE, points: points(own) },
        days: own.toReversed(),
      };
    });
}

const at = ({ day }: Day): number => Date.parse(day) / DAY_MS;

/** From the fewest to the most, since a day's change is small beside the whole; a day not counted leaves no dent. */
function points(days: Day[]): string {
  const [first, last] = [Math.min(...days.map(at)), Math.max(...days.map(at))];
  const all = days.map(({ readers }) => readers);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  return days
    .map((day) => {
      const x = (LINE.width * (at(day) - first)) / (last - first);
      const y = most === least ? LINE.height / 2 : (LINE.height * (most - day.readers)) / (most - least);
      return `${Math.round(x)},${Math.round(y)}`;
    })
    .join(' ');
}
