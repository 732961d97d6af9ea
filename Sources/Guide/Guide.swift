// A module without code. Modules do not import one another, and an article that leads from a problem to a verdict needs several: so the
// articles are here, in Guide.docc, and only the dependencies of this target in Package.swift determine which modules they link to.
