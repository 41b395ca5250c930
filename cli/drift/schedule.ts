const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const minuteMs = 60_000;
/** A schedule may name the 29th of February alone. */
const horizonDays = 366 * 8;

/** The times that five cron fields name, in UTC, as Vault reads them. */
export class Schedule {
  private constructor(
    private readonly minutes: ReadonlySet<number>,
    private readonly hours: ReadonlySet<number>,
    private readonly daysOfMonth: ReadonlySet<number>,
    private readonly monthsOfYear: ReadonlySet<number>,
    private readonly daysOfWeek: ReadonlySet<number>,
    /** Where both fields of days are given, a day that fits either is meant. */
    private readonly eitherDay: boolean,
  ) {}

  /** Undefined where the text is none that can be read. */
  static of(text: string): Schedule | undefined {
    const [minute, hour, day, month, weekday, ...rest] = text.trim().split(/\s+/);
    if (minute === undefined || hour === undefined || rest.length > 0) return undefined;
    if (day === undefined || month === undefined || weekday === undefined) return undefined;
    const sets = [
      valuesOf(minute, 0, 59),
      valuesOf(hour, 0, 23),
      valuesOf(day, 1, 31),
      valuesOf(month, 1, 12, months, 1),
      valuesOf(weekday, 0, 7, days),
    ] as const;
    const [minutes, hours, daysOfMonth, monthsOfYear, daysOfWeek] = sets;
    if (!minutes || !hours || !daysOfMonth || !monthsOfYear || !daysOfWeek) return undefined;
    if (daysOfWeek.has(7)) daysOfWeek.add(0);
    return new Schedule(
      minutes,
      hours,
      daysOfMonth,
      monthsOfYear,
      daysOfWeek,
      !day.startsWith("*") && !weekday.startsWith("*"),
    );
  }

  /** The first time after another, both in milliseconds since 1970; undefined where none comes. */
  next(after: number): number | undefined {
    const start = new Date(Math.floor(after / minuteMs) * minuteMs + minuteMs);
    const day = Date.UTC(start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate());
    for (let offset = 0; offset <= horizonDays; offset += 1) {
      const date = day + offset * 86_400_000;
      if (!this.isDay(new Date(date))) continue;
      for (const hour of sorted(this.hours)) {
        for (const minute of sorted(this.minutes)) {
          const time = date + hour * 3_600_000 + minute * minuteMs;
          if (time >= start.getTime()) return time;
        }
      }
    }
    return undefined;
  }

  private isDay(date: Date): boolean {
    if (!this.monthsOfYear.has(date.getUTCMonth() + 1)) return false;
    const inMonth = this.daysOfMonth.has(date.getUTCDate());
    const inWeek = this.daysOfWeek.has(date.getUTCDay());
    return this.eitherDay ? inMonth || inWeek : inMonth && inWeek;
  }
}

function valuesOf(
  field: string,
  least: number,
  most: number,
  names: readonly string[] = [],
  first = 0,
): Set<number> | undefined {
  const numberOf = (text: string) => {
    const named = names.indexOf(text.toLowerCase());
    if (named >= 0) return named + first;
    return /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  };
  const values = new Set<number>();
  for (const part of field.split(",")) {
    const [, range = "", step] = /^([^/]+)(?:\/(\d{1,2}))?$/.exec(part) ?? [];
    const [from = "", to] = range.split("-");
    const begin = range === "*" ? least : numberOf(from);
    const end = range === "*" || (to === undefined && step !== undefined) ? most : numberOf(to ?? from);
    const by = Number(step ?? 1);
    if (!(begin >= least && end <= most && begin <= end && by >= 1)) return undefined;
    for (let value = begin; value <= end; value += by) values.add(value);
  }
  return values;
}

function sorted(values: ReadonlySet<number>): number[] {
  return [...values].sort((a, b) => a - b);
}
