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

export interface CyclePoint {
  day: number;
  won: number;
  lost: number;
  open: number;
  won_low: number;
  won_high: number;
  at_risk: number;
}

export interface Cycle extends Report {
  closed_only: { mean_days: number | null; median_days: number | null; n: number };
  curve: CyclePoint[];
  milestones: CyclePoint[];
  plateau: {
    won: number | null;
    lost: number | null;
    open: number | null;
    day: number | null;
    half_of_wins_by: number | null;
  };
  reopened: number;
  late_entries: number;
}

export interface DealSize extends Report {
  n: number;
  ignored: number;
  sum: number;
  mean: number | null;
  mean_low: number | null;
  mean_high: number | null;
  median: number | null;
  median_low: number | null;
  median_high: number | null;
  p25: number | null;
  p75: number | null;
  trimmed_mean: number | null;
  least: number | null;
  most: number | null;
}

export interface Dwell extends Report {
  stages: {
    stage_id: number;
    name: string;
    visits: number;
    open: number;
    median: number | null;
    p75: number | null;
    p90: number | null;
    completed_mean: number | null;
    exits: { still_there: number; forward: number; back: number; won: number; lost: number };
    weak: boolean;
  }[];
}

export interface WaterfallBar {
  bar:
    | 'start'
    | 'created'
    | 'reopened'
    | 'moved_in'
    | 'up'
    | 'down'
    | 'won'
    | 'lost'
    | 'moved_out'
    | 'fx'
    | 'end';
  amount: number;
  count: number;
  deals: { id: number; title: string | null; amount: number }[];
}

export interface Waterfall extends Report {
  start: number;
  end: number;
  won: number;
  bars: WaterfallBar[];
  from: string;
  to: string;
}

export interface Leaderboard extends Report {
  owners: {
    owner_id: number | null;
    name: string | null;
    active: boolean;
    won: number;
    closed: number;
    raw: Rate;
    shrunk: number | null;
    low: number | null;
    high: number | null;
    above_mean: number | null;
    best: number | null;
  }[];
  evidence: { p: number | null; differ: boolean; word: string };
  prior: { mean: number | null; strength: number | null };
}
