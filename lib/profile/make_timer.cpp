#include "profile/make_timer.h"

#include "error/error.h"
#include "profile/cuda_event_timer.h"
#include "profile/steady_timer.h"

namespace assay {

std::unique_ptr<EventTimer> make_timer(at::Device device) {
  if (device.is_cpu()) return std::make_unique<SteadyTimer>();
#if ASSAY_CUDA
  return std::make_unique<CudaEventTimer>();
#else
  throw DeviceError("[profile] this program was built without CUDA");
#endif
}

}  // namespace assay
