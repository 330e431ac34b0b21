/** The mark: a rider's lamp ahead, where the road meets the horizon. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path
        d="M6 29 13.600 13h4.800L26 29"
        fill="none"
        stroke="var(--asphalt-dim)"
        strokeWidth="1.800"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <path
        d="M16 15.500v2M16 20.300v2.600M16 25.800V29"
        stroke="#f4f3ef"
        strokeWidth="2.200"
        strokeLinecap="round"
      />
      <circle cx="16" cy="6.800" r="4" fill="var(--lamp)" />
    </svg>
  );
}

export function Brand() {
  return (
    <span className="brand" translate="no">
      <Mark />
      Outrider
    </span>
  );
}
