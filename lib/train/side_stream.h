#pragma once

#include <c10/core/Device.h>

#include <functional>
#include <memory>

namespace assay {

/// A second queue of work on a device, beside the current stream. One thread.
class SideStream {
 public:
  virtual ~SideStream() = default;
  /// Remembers the place that the current stream has reached.
  virtual void mark() = 0;
  /// Has the side stream do `work` once the current one has passed the marked place.
  virtual void run(const std::function<void()>& work) = 0;
  /// The current stream waits for all that the side stream was given; the host does not.
  virtual void join() = 0;
};

/// That of a CUDA device; null on any other.
std::unique_ptr<SideStream> make_side_stream(at::Device device);

}  // namespace assay
