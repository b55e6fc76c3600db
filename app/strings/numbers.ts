// Numbers for people: fixed digits where columns must line up, significant digits elsewhere, durations in words.

export interface NumberWriter {
  /** A measured value: three significant digits, very small ones as 1.2e-5. */
  readonly value: (x: number) => string;
  /** A value at the cursor: four significant digits. */
  readonly precise: (x: number) => string;
  /** A signed change, with a real minus sign. */
  readonly change: (x: number) => string;
  /** Fixed decimals. */
  readonly fixed: (x: number, decimals: number) => string;
  readonly percent: (x: number) => string;
  readonly whole: (x: number) => string;
  /** An option's value as one would type it. */
  readonly option: (x: number | string | boolean | null) => string;
  readonly seconds: (seconds: number) => string;
}

/** From here on numbers are written as 1.2e15; digits would run out of their place. */
const LARGE = 1e15;

export function numberWriter(language: string): NumberWriter {
  const format = (options: Intl.NumberFormatOptions): ((x: number) => string) => {
    const formatter = new Intl.NumberFormat(language, { signDisplay: "negative", ...options });
    return (x) => {
      if (!Number.isFinite(x)) return "–";
      return Math.abs(x) < LARGE ? formatter.format(x).replace("-", "−") : scientific(x, options.maximumSignificantDigits ?? 3);
    };
  };
  const significant = format({ maximumSignificantDigits: 3 });
  const four = format({ maximumSignificantDigits: 4 });
  const fixed = [0, 1, 2, 3, 4].map((digits) => format({ minimumFractionDigits: digits, maximumFractionDigits: digits }));
  const signed = format({ maximumSignificantDigits: 2, signDisplay: "exceptZero" });
  const percent = format({ style: "percent", maximumFractionDigits: 0 });
  const whole = format({ maximumFractionDigits: 0 });
  const exact = format({ maximumSignificantDigits: 12, useGrouping: false });
  const tiny = (x: number): boolean => x !== 0 && Math.abs(x) < 1e-3;
  const decimalSign = significant(1.5).charAt(1);
  const scientific = (x: number, digits: number): string =>
    Number(x.toPrecision(digits))
      .toExponential()
      .replace("+", "")
      .replace(".", decimalSign)
      .replace("-", x < 0 ? "−" : "-");

  const value = (x: number): string => (tiny(x) ? scientific(x, 2) : significant(x));
  const unit = (name: string, amount: number): string =>
    new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "short", maximumSignificantDigits: 2 }).format(amount);
  return {
    value,
    precise: (x) => (tiny(x) ? scientific(x, 3) : four(x)),
    change: (x) => (tiny(x) ? (x > 0 ? "+" : "") + scientific(x, 1) : signed(x)),
    fixed: (x, decimals) => (fixed[decimals] ?? significant)(x),
    percent: (x) => (Math.abs(x) < LARGE ? percent(x) : "–"),
    whole,
    option: (x) => (typeof x === "number" ? (tiny(x) ? scientific(x, 12) : exact(x)) : String(x ?? "–")),
    seconds: (seconds) => {
      if (!(Math.abs(seconds) < LARGE)) return "–";
      if (Math.abs(seconds) < 1e-6) return unit("millisecond", 0);
      if (seconds < 1) return unit("millisecond", seconds * 1000);
      if (seconds < 99.5) return unit("second", seconds);
      const rounded = Math.round(seconds);
      return `${unit("minute", Math.floor(rounded / 60))} ${unit("second", rounded % 60)}`;
    },
  };
}
