import { useRef, useState } from "preact/hooks";
import { colorMaps } from "../colorMaps.js";
import { formatNumber } from "../formatNumber.js";
import type { MapValues } from "../mapValues.js";
import { type Side, VIEWS } from "../panels.js";
import type { Shown } from "../shown.js";
import type { ViewDocument } from "../viewDocument.js";
import type { ViewState } from "../viewState.js";
import { Amount, Choice, Pills } from "./choices.js";
import { ThresholdControl } from "./thresholdControl.js";

export interface Actions {
  readonly set: (patch: Partial<ViewState>) => void;
  /** A change by a slider, of which there will be more at once. */
  readonly slide: (patch: Partial<ViewState>) => void;
  readonly peak: (sign: 1 | -1) => void;
  readonly pick: (hemisphere: "lh" | "rh", vertex: number) => void;
  readonly screenshot: () => void;
  readonly copy: () => void;
  readonly reset: () => void;
  /** Where a kernel can compute one. */
  readonly contrast?: (text: string) => Promise<void>;
}

interface Props {
  readonly view: ViewDocument;
  readonly state: ViewState;
  readonly shown: Shown;
  readonly values: MapValues | undefined;
  readonly mark: number | undefined;
  readonly copies: string;
  readonly actions: Actions;
}

const title = (name: string) => name[0].toUpperCase() + name.slice(1);

/** All controls, as native elements: the keyboard and screen readers know them. */
export function Controls({ view, state, shown, values, mark, copies, actions }: Props) {
  const { design, statistic, volume, paint } = shown;
  const { set } = actions;
  const surfaces = view.geometry.surfaces;
  return (
    <form class="bv-controls" aria-label="What is shown" onSubmit={(event) => event.preventDefault()}>
      {view.designs.length > 1 && (
        <Choice
          label="Design"
          value={design.key}
          options={view.designs.map(({ key, name }) => [key, name])}
          onChange={(key) => set({ design: key })}
        />
      )}
      {design.notes.length > 0 && <p class="bv-note">{design.notes.join(" · ")}</p>}
      <Choice
        label="Statistic"
        value={statistic.key}
        options={design.statistics.map(({ key, name }) => [key, title(name)])}
        onChange={(key) =>
          set({ statistic: key, threshold: undefined, low: undefined, high: undefined, colorMap: undefined })
        }
      />
      {statistic.volumes.length > 1 &&
        (statistic.volumes.length <= 8 ? (
          <Pills
            label={statistic.key.startsWith("con") ? "Contrast" : "Volume"}
            value={volume.label}
            options={statistic.volumes.map(({ label }) => [label, label])}
            onChange={(label) => set({ volume: label, high: undefined, low: undefined })}
          />
        ) : (
          <Choice
            label="Column of X"
            value={volume.label}
            options={statistic.volumes.map(({ label }) => [label, label])}
            onChange={(label) => set({ volume: label, high: undefined, low: undefined })}
          />
        ))}
      {actions.contrast !== undefined && <NewContrast onContrast={actions.contrast} />}
      <ThresholdControl
        shown={shown}
        things={view.geometry.volume === undefined ? "vertices" : "voxels"}
        values={values}
        mark={mark}
        onThreshold={(threshold) => actions.slide({ threshold })}
      />
      <fieldset class="bv-field">
        <legend>Colors</legend>
        <select
          aria-label="Color map"
          value={paint.map.key}
          onChange={(event) => set({ colorMap: event.currentTarget.value })}
        >
          {colorMaps
            .filter(({ signed }) => signed === statistic.signed)
            .map(({ key, name, colorBlindSafe }) => (
              <option key={key} value={key}>
                {name}
                {colorBlindSafe ? " (color-blind safe)" : ""}
              </option>
            ))}
        </select>
        <div class="bv-row">
          {statistic.signed ? (
            <Amount label="Range ±" value={paint.high} onChange={(high) => set({ high })} />
          ) : (
            <>
              <Amount label="From" value={paint.low} onChange={(low) => set({ low })} />
              <Amount label="to" value={paint.high} onChange={(high) => set({ high })} />
            </>
          )}
          <button
            type="button"
            disabled={state.high === undefined && state.low === undefined}
            onClick={() => set({ high: undefined, low: undefined })}
          >
            Auto
          </button>
        </div>
      </fieldset>
      {surfaces.length > 0 && (
        <fieldset class="bv-field">
          <legend>Surface: {view.geometry.space.split(/[/\\]/).pop()}</legend>
          <Pills
            label=""
            aria="Surface"
            columns={surfaces.length}
            value={surfaces[state.surface]?.name ?? ""}
            options={surfaces.map(({ name }) => [name, title(name)])}
            onChange={(name) => set({ surface: surfaces.findIndex((one) => one.name === name) })}
          />
          {surfaces.length > 1 && (
            <input
              type="range"
              class="bv-slider"
              aria-label="Between surfaces"
              aria-valuetext={`${surfaces[Math.round(state.surface)]?.name}`}
              min={0}
              max={surfaces.length - 1}
              step={0.01}
              value={state.surface}
              onInput={(event) => actions.slide({ surface: Number(event.currentTarget.value) })}
            />
          )}
        </fieldset>
      )}
      {view.regions !== undefined && (
        <label class="bv-row">
          <input
            type="checkbox"
            checked={state.outlines}
            onChange={(event) => set({ outlines: event.currentTarget.checked })}
          />{" "}
          Outlines of regions
        </label>
      )}
      {view.overlays !== undefined && (
        <label class="bv-row">
          <input
            type="checkbox"
            checked={state.overlays}
            onChange={(event) => set({ overlays: event.currentTarget.checked })}
          />{" "}
          Outlines of {view.overlays.map(({ title }) => title).join(", ")}
        </label>
      )}
      {view.hemispheres.length > 1 && (
        <Pills
          label="Hemisphere"
          columns={3}
          value={state.side}
          options={[
            ["both", "Both"],
            ["lh", "Left"],
            ["rh", "Right"],
          ]}
          onChange={(side) => set({ side: side as Side })}
        />
      )}
      {surfaces.length > 0 && (
        <Pills
          label="View"
          columns={4}
          value={state.view}
          options={VIEWS.map((name) => [name, title(name)])}
          onChange={(name) =>
            set({ view: VIEWS.find((one) => one === name) ?? "overview", turns: {}, zoom: 1, pan: [0, 0] })
          }
        />
      )}
      <fieldset class="bv-pills bv-actions" aria-label="Actions">
        <button type="button" onClick={() => actions.peak(1)} title={`Largest: ${formatNumber(volume.max)}`}>
          ▲ Peak
        </button>
        {statistic.signed && (
          <button
            type="button"
            onClick={() => actions.peak(-1)}
            title={`Lowest: ${formatNumber(volume.min)}`}
          >
            ▼ Peak
          </button>
        )}
        <button type="button" onClick={actions.reset}>
          Reset view
        </button>
        <button type="button" onClick={actions.screenshot}>
          Save PNG
        </button>
        <button type="button" onClick={actions.copy}>
          {copies}
        </button>
      </fieldset>
      <details class="bv-help">
        <summary>Mouse and keyboard</summary>
        {surfaces.length === 0 ? (
          <p>
            Drag moves, Ctrl-wheel zooms, click goes to a voxel. With the picture focused: arrows go left,
            right, to the front and back, page keys up and down, + and − zoom, [ and ] move the threshold,
            &lt; and &gt; change the contrast, 0 resets.
          </p>
        ) : (
          <p>
            Drag turns, Shift-drag moves, Ctrl-wheel zooms, click picks a vertex. With the picture focused:
            arrows turn, + and − zoom, [ and ] move the threshold, &lt; and &gt; change the contrast, S the
            surface, 0 resets.
          </p>
        )}
      </details>
    </form>
  );
}

function NewContrast({ onContrast }: { onContrast: (text: string) => Promise<void> }) {
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const ask = () => {
    setBusy(true);
    onContrast(input.current?.value ?? "").finally(() => setBusy(false));
  };
  return (
    <div class="bv-row bv-ask">
      <input
        ref={input}
        type="text"
        aria-label="A new contrast"
        placeholder="New: 0.5*Sex + NIHScore"
        onKeyDown={(event) => event.key === "Enter" && ask()}
      />
      <button type="button" disabled={busy} onClick={ask}>
        {busy ? "…" : "Test"}
      </button>
    </div>
  );
}
