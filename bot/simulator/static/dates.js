// Times as people in Thailand read them: Buddhist years, 24 hours, Bangkok.

const ZONE = { timeZone: "Asia/Bangkok" };
const DAY = new Intl.DateTimeFormat("th-TH-u-ca-buddhist", {
  ...ZONE, weekday: "long", day: "numeric", month: "short", year: "numeric",
});
const TIME = new Intl.DateTimeFormat("th-TH", { ...ZONE, hour: "2-digit", minute: "2-digit", hour12: false });
const FIELD = new Intl.DateTimeFormat("sv-SE", { ...ZONE, dateStyle: "short", timeStyle: "short" });

// เสาร์ 19 ธ.ค. 2569
export function day(iso) {
  const parts = Object.fromEntries(DAY.formatToParts(new Date(iso)).map(({ type, value }) => [type, value]));
  return `${parts.weekday.replace(/^วัน/, "")} ${parts.day} ${parts.month} ${parts.year}`;
}

export const time = (iso) => TIME.format(new Date(iso));

// The value of a datetime-local field: 2026-12-19T14:00
export const field = (iso) => FIELD.format(new Date(iso)).replace(" ", "T");
