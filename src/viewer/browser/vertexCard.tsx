import { useEffect, useRef } from "preact/hooks";
import type { Ink } from "../annotate.js";
import { formatNumber, formatP } from "../formatNumber.js";
import type { VertexFacts } from "../vertexFacts.js";
import { contrastFigure, type Figure, withInk } from "../vertexFigure.js";
import type { Hemisphere, PerHemisphere, VolumeGrid } from "../viewDocument.js";
import { indicesOf } from "../volumeGrid.js";
import { NumberField } from "./choices.js";
import type { DrawFigure } from "./viewerOptions.js";

interface Props {
  readonly facts: VertexFacts;
  readonly design: string;
  readonly vertices: PerHemisphere<number>;
  /** Where the voxels lie, for a volume. */
  readonly grid: VolumeGrid | undefined;
  readonly hemispheres: readonly Hemisphere[];
  readonly current: string;
  /** On which the position is. */
  readonly surface: string;
  readonly ink: Ink;
  readonly drawFigure: DrawFigure | undefined;
  readonly figures: readonly Figure[];
  readonly onPick: (hemisphere: Hemisphere, vertex: number) => void;
  readonly onClose: () => void;
}

const SIDES = { lh: "Left hemisphere", rh: "Right hemisphere" } as const;

/** Everything known of the picked vertex, with a chart of its contrasts. */
export function VertexCard({
  facts,
  design,
  vertices,
  grid,
  hemispheres,
  current,
  surface,
  ink,
  drawFigure,
  figures,
  onPick,
  onClose,
}: Props) {
  const { hemisphere, vertex, position, contrasts, tests, numbers, inside, region, patches = [] } = facts;
  const last = (vertices[hemisphere] ?? 1) - 1;
  return (
    <section
      class="bv-card"
      aria-label={grid === undefined ? `Vertex ${vertex}, ${SIDES[hemisphere]}` : `Voxel ${vertex}`}
    >
      <header>
        <h2>
          {grid === undefined && (
            <select
              aria-label="Hemisphere of the vertex"
              value={hemisphere}
              onChange={(event) => onPick(event.currentTarget.value as Hemisphere, vertex)}
            >
              {hemispheres.map((h) => (
                <option key={h} value={h}>
                  {SIDES[h]}
                </option>
              ))}
            </select>
          )}{" "}
          <label>
            {grid === undefined ? "vertex" : "Voxel"}{" "}
            <NumberField
              min={0}
              max={last}
              value={vertex}
              onNumber={(typed) => {
                if (typed !== undefined) onPick(hemisphere, Math.min(last, Math.max(0, Math.round(typed))));
              }}
            />
          </label>
          {grid !== undefined && <span class="bv-note"> at {indicesOf(grid, vertex).join(", ")}</span>}
        </h2>
        <span class="bv-note">
          {region !== undefined && (
            <>
              <b class="bv-region">{region}</b> ·{" "}
            </>
          )}
          {patches.map((patch) => (
            <>
              <b class="bv-region">{patch}</b> ·{" "}
            </>
          ))}
          ({position.map((value) => value.toFixed(1).replace("-", "−")).join(", ")}) mm
          {grid === undefined && ` on ${surface}`}
          {design !== "" && ` · ${design}`}
        </span>
        <button type="button" class="bv-close" aria-label="Close the card" onClick={onClose}>
          ×
        </button>
      </header>
      {inside ? (
        <div class="bv-card-body">
          <div class="bv-tables">
            {contrasts.length > 0 && (
              <table>
                <thead>
                  <tr>
                    <th scope="col">Contrast</th>
                    <th scope="col">Lβ</th>
                    <th scope="col">SE</th>
                    <th scope="col">95 % interval</th>
                    <th scope="col">T</th>
                    <th scope="col">df</th>
                    <th scope="col">p (two-sided)</th>
                  </tr>
                </thead>
                <tbody>
                  {contrasts.map(({ label, estimate, se, interval, T, df, log10p }) => (
                    <tr key={label} class={label === current ? "bv-current" : ""}>
                      <th scope="row" title={label}>
                        {label}
                      </th>
                      <td>{formatNumber(estimate)}</td>
                      <td>{formatNumber(se)}</td>
                      <td>
                        {interval.every(Number.isFinite) ? interval.map(formatNumber).join(" to ") : "–"}
                      </td>
                      <td>{T.toFixed(2).replace("-", "−")}</td>
                      <td>{formatNumber(Math.round(df))}</td>
                      <td>{formatP(log10p)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
            {tests.length > 0 && <Tests tests={tests} current={current} />}
            <p class="bv-numbers">
              {numbers
                .filter(({ symbol }) => symbol !== "status")
                .map(({ symbol, name, value }) => (
                  <span key={symbol} title={name}>
                    <i>{symbol}</i>
                    {formatNumber(value)}
                  </span>
                ))}
            </p>
            <Said numbers={numbers} />
          </div>
          {drawFigure !== undefined && contrasts.length > 0 && (
            <Chart
              figure={contrastFigure(contrasts, ink)}
              words={`T of every contrast: ${contrasts.map(({ label, T }) => `${label} ${T.toFixed(2)}`).join(", ")}`}
              drawFigure={drawFigure}
            />
          )}
          {drawFigure !== undefined &&
            figures.map((figure, k) => (
              <Chart
                key={k}
                figure={withInk(figure, ink)}
                words="Chart of this vertex by the kernel"
                drawFigure={drawFigure}
              />
            ))}
        </div>
      ) : (
        <p>This vertex is outside the mask: nothing was fitted here.</p>
      )}
    </section>
  );
}

/** Tests of several rows, under the contrasts. */
function Tests({ tests, current }: { tests: VertexFacts["tests"]; current: string }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Test of several rows</th>
          <th scope="col">F</th>
          <th scope="col">df</th>
          <th scope="col">p</th>
        </tr>
      </thead>
      <tbody>
        {tests.map(({ label, F, df, log10p }) => (
          <tr key={label} class={label === current ? "bv-current" : ""}>
            <th scope="row" title={label}>
              {label}
            </th>
            <td>{formatNumber(F)}</td>
            <td>{formatNumber(Math.round(df))}</td>
            <td>{formatP(log10p)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What the numbers mean where that is not plain: how D's effects correlate, and a fit on the boundary. */
function Said({ numbers }: { numbers: VertexFacts["numbers"] }) {
  const value = (symbol: string) => numbers.find((one) => one.symbol === symbol)?.value;
  const [D11, D21, D22] = ["D11", "D21", "D22"].map(value);
  const said: string[] = [];
  if (D11 !== undefined && D21 !== undefined && D22 !== undefined && D11 * D22 > 0)
    said.push(`The first two random effects correlate ${formatNumber(D21 / Math.sqrt(D11 * D22))}.`);
  if (value("status") === 2)
    said.push(
      "A singular fit: D lies on its boundary here, so at least one random effect has no variance of its own.",
    );
  if (value("status") === 3) said.push("The search for D did not converge here.");
  return said.length === 0 ? null : <p class="bv-note">{said.join(" ")}</p>;
}

function Chart({ figure, words, drawFigure }: { figure: Figure; words: string; drawFigure: DrawFigure }) {
  const element = useRef<HTMLDivElement>(null);
  const drawn = useRef("");
  useEffect(() => {
    const host = element.current;
    const key = JSON.stringify(figure);
    if (host === null || key === drawn.current) return;
    drawn.current = key;
    drawFigure(host, figure).catch((error: unknown) => {
      host.textContent = `The chart cannot be drawn: ${error instanceof Error ? error.message : String(error)}`;
    });
  });
  return <div class="bv-chart" ref={element} role="img" aria-label={words} />;
}
