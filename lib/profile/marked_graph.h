#pragma once

#include <cstddef>

namespace assay {

/// Work that a device recorded once and runs as a whole, with the marks that were set in it. Made
/// by EventTimer::record, and of use with that timer only.
class MarkedGraph {
 public:
  virtual ~MarkedGraph() = default;
  /// Marks that were set while it was recorded.
  [[nodiscard]] virtual size_t num_marks() const = 0;
  /// Runs it once on the current stream; does not wait for it.
  virtual void launch() = 0;
};

}  // namespace assay
