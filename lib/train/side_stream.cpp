#include "train/side_stream.h"

#if ASSAY_CUDA

#include <ATen/cuda/CUDAEvent.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

namespace assay {
namespace {

class CudaSideStream : public SideStream {
 public:
  explicit CudaSideStream(at::Device device)
      : side_(c10::cuda::getStreamFromPool(/*isHighPriority=*/false, device.index())) {}

  void mark() override { marked_.record(c10::cuda::getCurrentCUDAStream(side_.device_index())); }

  void run(const std::function<void()>& work) override {
    const c10::cuda::CUDAStreamGuard guard(side_);
    marked_.block(side_);
    work();
    done_.record(side_);
  }

  void join() override { done_.block(c10::cuda::getCurrentCUDAStream(side_.device_index())); }

 private:
  c10::cuda::CUDAStream side_;
  at::cuda::CUDAEvent marked_;
  at::cuda::CUDAEvent done_;
};

}  // namespace

std::unique_ptr<SideStream> make_side_stream(at::Device device) {
  if (!device.is_cuda()) return nullptr;
  return std::make_unique<CudaSideStream>(device);
}

}  // namespace assay

#else

namespace assay {

std::unique_ptr<SideStream> make_side_stream(at::Device) { return nullptr; }

}  // namespace assay

#endif
