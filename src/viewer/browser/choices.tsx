import type { ComponentChildren } from "preact";

type Options = readonly (readonly [key: string, name: string])[];

/** One of several names, as a menu. */
export function Choice({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: Options;
  onChange: (key: string) => void;
}) {
  return (
    <label class="bv-field">
      <span class="bv-legend">{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map(([key, name]) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** One of a few names, all in sight. */
export function Pills({
  label,
  aria,
  columns,
  value,
  options,
  onChange,
}: {
  label: string;
  aria?: string;
  columns?: number;
  value: string;
  options: Options;
  onChange: (key: string) => void;
}) {
  const group: ComponentChildren = (
    <fieldset
      class={columns === undefined ? "bv-pills" : "bv-pills bv-even"}
      style={columns === undefined ? {} : { gridTemplateColumns: `repeat(${columns}, 1fr)` }}
      aria-label={aria ?? label}
    >
      {options.map(([key, name]) => (
        <button
          type="button"
          key={key}
          title={name}
          aria-pressed={key === value}
          onClick={() => onChange(key)}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
  if (label === "") return group;
  return (
    <div class="bv-field">
      <span class="bv-legend" aria-hidden="true">
        {label}
      </span>
      {group}
    </div>
  );
}

/** A number that is typed. */
export function Amount({
  label,
  value,
  onChange,
}: {
  label: string;
  value: number;
  onChange: (value: number | undefined) => void;
}) {
  return (
    <label class="bv-inline">
      <span>{label}</span>
      <input
        type="number"
        step="any"
        value={Number(value.toPrecision(3))}
        onChange={(event) =>
          onChange(event.currentTarget.value === "" ? undefined : Number(event.currentTarget.value))
        }
      />
    </label>
  );
}
