#include "profile/device_stopwatch.h"

#include <memory>

#include "error/error.h"
#include "profile/make_timer.h"

namespace assay {

std::function<double(const std::function<void()>& work)> device_stopwatch(at::Device device) {
  const std::shared_ptr<EventTimer> timer = make_timer(device);
  return [timer](const std::function<void()>& work) {
    const EventTimer::Mark begin = timer->mark();
    work();
    const EventTimer::Mark end = timer->mark();
    timer->finish();
    const std::optional<Seconds> elapsed = timer->elapsed(begin, end);
    timer->release(end);
    check(elapsed.has_value(), "[profile] the device finished without telling its time");
    return elapsed->value();
  };
}

}  // namespace assay
