// A room without code. Rooms do not know one another, and an article that leads from a problem to a verdict needs several of them: so the
// articles live here, in Guide.docc, and only this target's dependencies in Package.swift say which rooms they may link to.
