import { useEffect, useRef } from "preact/hooks";
import { colorTable } from "../colorMaps.js";
import { formatNumber } from "../formatNumber.js";
import { countPassing, type MapValues } from "../mapValues.js";
import { passes, position } from "../paint.js";
import type { Shown } from "../shown.js";
import { NumberField } from "./choices.js";

const BINS = 72;

interface Props {
  readonly shown: Shown;
  /** What is counted. */
  readonly things: "vertices" | "voxels";
  readonly values: MapValues | undefined;
  /** Value of a picked vertex, marked in the histogram. */
  readonly mark: number | undefined;
  readonly onThreshold: (value: number | undefined) => void;
}

/** The threshold, as a histogram in the map's colors over a slider: what is gray below is gray on the cortex. */
export function ThresholdControl({ shown, things, values, mark, onThreshold }: Props) {
  const { statistic, volume, paint, volumeIndex } = shown;
  const canvas = useRef<HTMLCanvasElement>(null);
  const end = Math.max(Math.abs(volume.max), statistic.signed ? Math.abs(volume.min) : 0);
  const start = statistic.signed ? 0 : Math.min(volume.min, 0) < 0 ? volume.min : 0;
  const step = Number((10 ** Math.floor(Math.log10((end - start || 1) / 200))).toPrecision(1));
  const threshold = Number.isFinite(paint.threshold) ? Math.max(start, paint.threshold) : start;
  const total = values?.sorted.length ?? 0;
  const passing =
    values === undefined
      ? 0
      : countPassing(values.sorted, Number.isFinite(paint.threshold) ? paint.threshold : -Infinity);
  useEffect(() => {
    if (canvas.current !== null && values !== undefined)
      drawHistogram(canvas.current, shown, values, [start, end], mark);
  });
  const suggestions = statistic.thresholds.filter((one) => one.volume === volumeIndex);
  const size = statistic.signed ? `|${statistic.symbol}|` : statistic.symbol;
  return (
    <fieldset class="bv-field">
      <legend>Threshold</legend>
      {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a canvas without tabindex takes no focus; the slider says it all. */}
      <canvas ref={canvas} class="bv-histogram" aria-hidden="true" />
      <input
        type="range"
        class="bv-slider"
        aria-label={`Threshold on ${size}`}
        aria-valuetext={`${size} at least ${formatNumber(threshold)}: ${passing} of ${total} ${things}`}
        min={start}
        max={end}
        step={step}
        value={threshold}
        onInput={(event) => onThreshold(Number(event.currentTarget.value))}
      />
      <div class="bv-row">
        <label class="bv-inline">
          <span>{size} ≥</span>
          <NumberField step={step * 10} value={Number(threshold.toPrecision(4))} onNumber={onThreshold} />
        </label>
        <span class="bv-note">
          {passing.toLocaleString("en-US")} {things} (
          {total === 0 ? "–" : `${((100 * passing) / total).toFixed(1)} %`})
        </span>
      </div>
      {suggestions.length > 0 && (
        <fieldset
          class="bv-pills bv-even"
          aria-label="Suggested thresholds"
          style={{ gridTemplateColumns: `repeat(${suggestions.length}, auto)` }}
        >
          {suggestions.map(({ label, value }) => (
            <button
              type="button"
              key={label}
              title={`${size} ≥ ${formatNumber(value)}`}
              aria-pressed={Math.abs(threshold - value) < 1e-3}
              onClick={() => onThreshold(value)}
            >
              {label}
            </button>
          ))}
        </fieldset>
      )}
    </fieldset>
  );
}

/** Counts by size (signed: both signs stacked, negative below in blue), colored as the map is. */
function drawHistogram(
  canvas: HTMLCanvasElement,
  { paint, statistic }: Shown,
  values: MapValues,
  [start, end]: readonly [number, number],
  mark: number | undefined,
): void {
  const ratio = Math.min(2, devicePixelRatio);
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (width === 0) return;
  if (canvas.width !== Math.round(width * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const ctx = canvas.getContext("2d");
  if (ctx === null) return;
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, width, height);
  const counts = histogram(values, statistic.signed, start, end);
  const tallest = Math.max(...counts.up, ...counts.down, 1);
  // Square roots: the tails, where thresholds are, stay visible.
  const tall = (count: number, room: number) =>
    count === 0 ? 0 : Math.max(1, Math.sqrt(count / tallest) * room);
  const table = colorTable(paint.map);
  const color = (value: number) => {
    if (!passes(value, paint)) return "rgba(140,144,148,.55)";
    const k = 4 * Math.round(position(value, paint) * (table.length / 4 - 1));
    return `rgb(${table[k]},${table[k + 1]},${table[k + 2]})`;
  };
  const middle = statistic.signed ? height / 2 : height;
  // The thumb of a range input stops half its width before the ends.
  const [left, bar] = [8, (width - 16) / BINS];
  for (let b = 0; b < BINS; b++) {
    const value = start + ((b + 0.5) / BINS) * (end - start);
    const x = left + b * bar;
    const up = tall(counts.up[b], statistic.signed ? middle - 1 : middle);
    ctx.fillStyle = color(value);
    ctx.fillRect(x, middle - up, bar - 0.6, up);
    if (!statistic.signed) continue;
    ctx.fillStyle = color(-value);
    ctx.fillRect(x, middle + 1, bar - 0.6, tall(counts.down[b], middle - 1));
  }
  const line = (value: number, style: string, thick: number) => {
    ctx.fillStyle = style;
    ctx.fillRect(left + ((value - start) / (end - start)) * (width - 16) - thick / 2, 0, thick, height);
  };
  if (Number.isFinite(paint.threshold) && paint.threshold > start)
    line(paint.threshold, getComputedStyle(canvas).color, 1.5);
  if (mark !== undefined && !Number.isNaN(mark)) {
    const x = left + (((statistic.signed ? Math.abs(mark) : mark) - start) / (end - start)) * (width - 16);
    ctx.fillStyle = getComputedStyle(canvas).color;
    ctx.beginPath();
    ctx.arc(x, statistic.signed && mark < 0 ? height - 4 : 4, 3, 0, 2 * Math.PI);
    ctx.fill();
  }
}

const counted = new WeakMap<MapValues, { up: Float64Array; down: Float64Array }>();

function histogram(values: MapValues, signed: boolean, start: number, end: number) {
  const known = counted.get(values);
  if (known !== undefined) return known;
  const made = { up: new Float64Array(BINS), down: new Float64Array(BINS) };
  for (const full of Object.values(values.full)) {
    for (const value of full) {
      if (Number.isNaN(value)) continue;
      const size = signed ? Math.abs(value) : value;
      const b = Math.min(BINS - 1, Math.max(0, Math.floor(((size - start) / (end - start || 1)) * BINS)));
      (signed && value < 0 ? made.down : made.up)[b]++;
    }
  }
  counted.set(values, made);
  return made;
}
