/* What reports answer. A rate carries its interval and how many cases it rests on. */

export interface Rate {
  x: number;
  n: number;
  rate: number | null;
  low: number | null;
  high: number | null;
  weak: boolean;
}

export interface ValueRate {
  rate: number | null;
  low: number | null;
  high: number | null;
  n_eff: number | null;
}

export interface Report {
  definition: string;
  population: { n: number; excluded: { n: number; why: string }[] };
  as_of: string;
  computed_ms: number;
  currency: string;
}

export interface Snapshot extends Report {
  stages: { stage_id: number; name: string; count: number; value: number; weighted: number }[];
  total: { count: number; value: number; weighted: number };
  unconverted?: unknown[];
}

export interface Funnel extends Report {
  stages: {
    stage_id: number;
    name: string;
    count: number;
    advanced: number;
    lost: number;
    open: number;
    conversion: Rate;
  }[];
  won: number;
}

export interface WinRate extends Report {
  count: Rate;
  value: ValueRate;
  groups: { key: string; name: string | null; count: Rate; value: ValueRate }[];
}
