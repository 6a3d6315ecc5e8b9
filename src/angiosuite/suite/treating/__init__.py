"""Treatment in one session: `treating` steps the parts, `part` says what each must have.

Where to look: `balloons` (`inflation`, `dilating`, `plaques`, `torn`), `stents` (`scaffold`, `stent_*`,
`covering`, `floating`), `coils` (`coil_*`, `implant`), `agents` (`preparation`, `delivery`, `tip_watch`,
`clearing`, `gelatin_pieces`, `cast_seen`), `closing` (`puncture`), `filter` (`standing`), `aspiration`
(`clot_seat`), `snare` (`snare_seen`). All use `site` (where a stretch of a tool lies), `lie` (where that is
now), `blocked` (what fills a lumen) and `lesions_met`; `lumen_walls` tells the rods of what was dilated.
A new part is one class of `part.Part`, entered in `treating`, with its `*_commands` entered in
`suite/commands`.
"""
