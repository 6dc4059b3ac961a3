#pragma once

#include <optional>

#include "registry/catalogues.h"
#include "registry/figure_field.h"

namespace assay::registry {

/// The file's source, which must be in sources.toml. Throws: DataError at the table.
SourceRef checked(const Sources& sources, const SourceField& source);

/// A figure with its source, which must be in sources.toml. Throws: DataError at its key.
SourcedMeasure checked(const Sources& sources, const SourceField& file, const FigureField& figure);
std::optional<SourcedMeasure> checked(const Sources& sources, const SourceField& file,
                                      const std::optional<FigureField>& figure);

}  // namespace assay::registry
