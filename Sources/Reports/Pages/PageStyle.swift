/// How pages look: system fonts, one column that a phone can show, figures and tables that scroll rather than shrink.
enum PageStyle {
  static let sheet = """
    :root { color-scheme: light; --ink: #1b1f24; --soft: #57606a; --line: #d8dee4; --tint: #f6f8fa; --blue: #0072b2; }
    * { box-sizing: border-box; }
    body { margin: 0; background: #fff; color: var(--ink); font: 16px/1.55 system-ui, "DejaVu Sans", sans-serif; }
    main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1.25rem 3rem; }
    h1 { font-size: 1.7rem; line-height: 1.25; margin: 0.5rem 0 0.75rem; }
    h2 { font-size: 1.2rem; margin: 2.25rem 0 0.75rem; padding-bottom: 0.3rem; border-bottom: 1px solid var(--line); }
    h3 { font-size: 1rem; margin: 0 0 0.5rem; }
    p, ul { margin: 0.5rem 0; max-width: 46rem; }
    li { margin: 0.2rem 0; overflow-wrap: anywhere; }
    ul { padding-left: 1.25rem; }
    .lead { font-size: 1.05rem; color: var(--soft); }
    .badge { font-size: 0.85rem; font-weight: 600; vertical-align: middle; padding: 0.15rem 0.6rem; border-radius: 1rem;
      white-space: nowrap; background: var(--tint); border: 1px solid var(--line); }
    .badge.good { background: #e3f4ec; border-color: #9bd3b9; color: #00593f; }
    .badge.bad { background: #fdece4; border-color: #f0b79b; color: #8a3b00; }
    figure { margin: 0.75rem 0 1.5rem; }
    .drawings { display: grid; gap: 0.75rem; }
    .drawings.several { grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
    .drawings.single { max-width: 44rem; }
    .drawings svg { width: 100%; height: auto; display: block; border: 1px solid var(--line); border-radius: 6px; }
    .drawings svg image { image-rendering: pixelated; }
    figcaption, .note { color: var(--soft); font-size: 0.9rem; max-width: 46rem; margin-top: 0.4rem; }
    .scroll { overflow-x: auto; margin: 0.5rem 0; background:
        linear-gradient(to right, #fff 2rem, transparent) left / 3rem 100% no-repeat local,
        linear-gradient(to left, #fff 2rem, transparent) right / 3rem 100% no-repeat local,
        linear-gradient(to right, #c8d0d8, transparent) left / 0.7rem 100% no-repeat scroll,
        linear-gradient(to left, #c8d0d8, transparent) right / 0.7rem 100% no-repeat scroll; }
    table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
    th, td { padding: 0.3rem 0.8rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
    th { border-bottom: 2px solid var(--line); font-weight: 600; white-space: nowrap; }
    .number { text-align: right; white-space: nowrap; }
    pre { background: var(--tint); border: 1px solid var(--line); border-radius: 6px; padding: 0.75rem 1rem; overflow-x: auto;
      font: 0.85rem/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }
    a { color: var(--blue); }
    summary { cursor: pointer; color: var(--blue); margin: 0.5rem 0; }
    ul.links { max-width: none; }
    footer { margin-top: 2.5rem; padding-top: 0.75rem; border-top: 1px solid var(--line); color: var(--soft);
      font-size: 0.85rem; }
    @media (max-width: 40rem) {
      main { padding: 1rem 0.9rem 2rem; }
      h1 { font-size: 1.35rem; }
      th, td { padding: 0.3rem 0.5rem; }
    }
    @media print { section { break-inside: avoid; } details[open] { break-inside: auto; } }
    """
}
