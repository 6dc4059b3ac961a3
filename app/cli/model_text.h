#pragma once

#include <cstdint>
#include <string>

#include "registry/registry.h"

namespace assay::app {

/// What a terminal shows of a spec: shape, parameters by convention, FLOPs per token at `seq_len`
/// and the list of products they follow from.
std::string spec_text(const ModelSpec& spec, int64_t seq_len);

/// "671e9 param (seen, dsv3-gh README.md)".
std::string figure_text(const SourcedMeasure& figure);

/// Title, place and mark of a source.
std::string source_text(const Registry& registry, const SourceRef& ref);

}  // namespace assay::app
