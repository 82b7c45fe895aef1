/** One style sheet for the page and for JupyterLab, whose theme variables win where they exist. */
export const STYLE = `
.bv {
  --bv-paper: var(--jp-layout-color0, light-dark(#fff, #15171a));
  --bv-ink: var(--jp-content-font-color1, light-dark(#1c2126, #edf0f2));
  --bv-muted: light-dark(#5b656e, #a3adb6);
  --bv-line: light-dark(#d9dee2, #363c42);
  --bv-soft: light-dark(#f3f5f7, #1f2327);
  --bv-accent: light-dark(#1b63c4, #7db4ff);
  --bv-on-accent: light-dark(#fff, #0d1722);
  container-type: inline-size; height: 100%; min-height: 360px; background: var(--bv-paper); color: var(--bv-ink);
  font: 13px/1.4 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; position: relative; box-sizing: border-box;
}
.bv.bv-light { color-scheme: light; }
.bv.bv-dark { color-scheme: dark; }
.bv *, .bv *::before { box-sizing: border-box; }
.bv-layout { display: grid; height: 100%; grid-template-columns: minmax(0, 1fr) 292px; grid-template-rows: minmax(0, 1fr) auto;
  grid-template-areas: "picture controls" "card controls"; }
.bv-picture { grid-area: picture; position: relative; min-height: 320px; overflow: hidden; }
.bv-picture canvas { position: absolute; inset: 0; width: 100%; height: 100%; cursor: grab; outline-offset: -3px; touch-action: none; }
.bv-picture canvas:active { cursor: grabbing; }
.bv :focus-visible { outline: 2px solid var(--bv-accent); outline-offset: 1px; }
.bv-side { grid-area: controls; overflow: auto; border-left: 1px solid var(--bv-line); }
.bv-controls { display: flex; flex-direction: column; gap: 10px; padding: 10px 14px 12px; margin: 0; }
.bv-field { border: 0; margin: 0; padding: 0; min-width: 0; display: flex; flex-direction: column; gap: 4px; }
.bv legend, .bv-legend { font-size: 11.5px; font-weight: 600; color: var(--bv-muted); padding: 0; margin: 0 0 4px; letter-spacing: .01em; }
.bv-legend { margin: 0; }
.bv select, .bv input[type="number"], .bv input[type="text"], .bv button { font: inherit; color: inherit; background: var(--bv-paper); border: 1px solid var(--bv-line);
  border-radius: 6px; padding: 3px 7px; min-height: 27px; margin: 0; }
.bv select { width: 100%; text-overflow: ellipsis; }
.bv input[type="number"] { width: 4.8em; appearance: textfield; font-variant-numeric: tabular-nums; }
.bv input[type="number"]::-webkit-inner-spin-button { appearance: none; }
.bv button { cursor: pointer; }
.bv button:hover:not(:disabled) { border-color: var(--bv-accent); }
.bv button:disabled { color: var(--bv-muted); cursor: default; opacity: .6; }
.bv button[aria-pressed="true"] { background: var(--bv-accent); border-color: var(--bv-accent); color: var(--bv-on-accent); }
.bv-pills { border: 0; margin: 0; padding: 0; min-width: 0; display: flex; flex-wrap: wrap; gap: 4px; }
.bv-pills button { padding: 2px 8px; max-width: 100%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.bv-even { display: grid; gap: 3px; }
.bv-even button { padding: 2px 1px; font-size: 12px; text-align: center; letter-spacing: -.01em; }
.bv-row { display: flex; align-items: center; gap: 9px; flex-wrap: wrap; }
.bv-inline { display: inline-flex; align-items: center; gap: 5px; white-space: nowrap; }
.bv-note { color: var(--bv-muted); font-size: 12px; font-variant-numeric: tabular-nums; }
.bv-slider { width: 100%; margin: 0; accent-color: var(--bv-accent); height: 18px; }
.bv-histogram { display: block; width: 100%; height: 52px; }
.bv-actions { border-top: 1px solid var(--bv-line); padding-top: 11px; margin-top: 2px; }
.bv-help { color: var(--bv-muted); font-size: 12px; }
.bv-help summary { cursor: pointer; }
.bv-help p { margin: 6px 0 0; }
.bv-tip { position: absolute; pointer-events: none; background: light-dark(#1c2126, #f1f3f5); color: light-dark(#fff, #15171a); padding: 5px 9px;
  border-radius: 6px; font-size: 12px; line-height: 1.35; white-space: nowrap; transform: translate(14px, 14px); z-index: 2;
  font-variant-numeric: tabular-nums; max-width: 320px; overflow: hidden; text-overflow: ellipsis; }
.bv-tip b { font-weight: 600; }
.bv-busy { position: absolute; right: 14px; top: 12px; color: var(--bv-muted); font-size: 12px; }
.bv-card-host { grid-area: card; min-width: 0; container: card / inline-size; }
.bv-card { border-top: 1px solid var(--bv-line); padding: 10px 16px 12px; max-height: 46vh; overflow: auto; }
.bv-card header { display: flex; align-items: center; gap: 12px; flex-wrap: wrap; }
.bv-card h2 { margin: 0; font-size: 13.5px; font-weight: 600; display: flex; align-items: center; gap: 6px; }
.bv-card h2 select { width: auto; font-weight: 600; }
.bv-close { margin-left: auto !important; border: 0 !important; font-size: 18px !important; line-height: 1; }
.bv-card-body { display: grid; grid-template-columns: minmax(0, 1.35fr) minmax(0, 1fr); gap: 20px; align-items: start; margin-top: 6px; }
.bv-tables { overflow-x: auto; }
@container card (max-width: 860px) { .bv-tables { grid-column: 1 / -1; } .bv-card-body { grid-template-columns: repeat(auto-fit, minmax(290px, 1fr)); } }
.bv table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 12.5px; margin: 0; }
.bv th, .bv td { text-align: right; padding: 3.5px 0 3.5px 14px; border-bottom: 1px solid var(--bv-line); font-weight: 400; white-space: nowrap; background: none; }
.bv thead th { color: var(--bv-muted); font-size: 11.5px; font-weight: 600; }
.bv th:first-child { text-align: left; padding-left: 0; max-width: 190px; overflow: hidden; text-overflow: ellipsis; }
.bv .bv-current th, .bv .bv-current td { font-weight: 650; }
.bv-numbers { margin: 9px 0 0; font-variant-numeric: tabular-nums; }
.bv-numbers span { white-space: nowrap; margin-right: 20px; }
.bv-numbers i { color: var(--bv-muted); font-style: normal; margin-right: 7px; }
.bv-message { padding: 24px; margin: 0; white-space: pre-wrap; }
.bv-offline { margin: 6px 14px 0; font-size: 12px; color: var(--bv-muted); }
.bv-notice { position: absolute; left: 16px; right: 16px; bottom: 74px; margin: 0 auto; width: fit-content; max-width: 560px; padding: 8px 14px; border-radius: 8px;
  background: light-dark(#fff4e0, #3a2d14); color: light-dark(#5a3a00, #ffe2b0); border: 1px solid light-dark(#f0d5a3, #6b5526); }
.bv-ask input { flex: 1; min-width: 0; }
.bv-cell { height: auto; }
.bv-cell .bv-layout { height: auto; grid-template-rows: minmax(min(62cqw, 620px), auto) auto; }
.bv-cell .bv-card { max-height: none; }
.bv-silent { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@container (max-width: 760px) {
  .bv-layout { grid-template-columns: minmax(0, 1fr); grid-template-rows: auto auto auto; grid-template-areas: "picture" "card" "controls"; height: auto; }
  .bv-picture { height: min(70vh, 78cqw); }
  .bv-cell .bv-layout { grid-template-rows: auto auto auto; }
  .bv-side { border-left: 0; border-top: 1px solid var(--bv-line); }
  .bv-controls { display: grid; grid-template-columns: repeat(auto-fit, minmax(250px, 1fr)); gap: 12px 22px; }
  .bv-card { max-height: none; }
}
`;

/** Adds the style sheet to the document once. */
export function addStyle(): void {
  if (document.getElementById("blmm-view-style") !== null) return;
  const style = document.createElement("style");
  style.id = "blmm-view-style";
  style.textContent = STYLE;
  document.head.append(style);
}
