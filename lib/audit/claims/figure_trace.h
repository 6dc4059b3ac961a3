#pragma once

#include <string>
#include <vector>

#include "audit/claims/claim_set.h"
#include "registry/registry.h"

namespace assay::audit {

/// The address of a document; of the original where the document is a copy without one. Empty where
/// neither has one.
std::string document_url(const Source& source, const Registry& registry);

/// A figure that a reader cannot find again by address and place.
struct UntracedFigure {
  std::string claim;
  std::string path;
  std::string source;
  bool no_url = false;
  bool no_locator = false;
};

/// How well the figures of some claims can be found again.
struct FigureTrace {
  size_t figures = 0;
  size_t recalled = 0;
  size_t no_url = 0;
  size_t no_locator = 0;
  size_t neither = 0;
  std::vector<UntracedFigure> untraced;  ///< without address or without place, by claim
};

/// Counts the figures of all claims.
FigureTrace trace_figures(const ClaimSet& set, const Registry& registry);

}  // namespace assay::audit
