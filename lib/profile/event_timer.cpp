#include "profile/event_timer.h"

#include "error/error.h"

namespace assay {

std::unique_ptr<MarkedGraph> EventTimer::record(const std::function<void()>& /*work*/) {
  throw DeviceError("[profile] the device of this timer records no graphs");
}

std::optional<EventTimer::Mark> EventTimer::renew(MarkedGraph& /*graph*/) { return std::nullopt; }

}  // namespace assay
