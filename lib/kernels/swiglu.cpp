#include "kernels/swiglu.h"

#include <torch/csrc/autograd/custom_function.h>

// Shapes: M rows, F hidden features.
namespace assay::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

class SwiGlu : public torch::autograd::Function<SwiGlu> {
 public:
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& gate_up_MF) {
    ctx->save_for_backward({gate_up_MF});
    const auto halves = gate_up_MF.to(at::kFloat).chunk(2, -1);
    return (at::silu(halves[0]) * halves[1]).to(gate_up_MF.scalar_type());
  }

  static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
    const at::Tensor gate_up_MF = ctx->get_saved_variables()[0];
    const auto halves = gate_up_MF.to(at::kFloat).chunk(2, -1);
    const at::Tensor grad_MF = grads[0].to(at::kFloat);
    const at::Tensor sigmoid_MF = halves[0].sigmoid();
    const at::Tensor silu_MF = halves[0] * sigmoid_MF;
    // d silu / d gate = sigmoid x (1 + gate x (1 - sigmoid)) = sigmoid + silu x (1 - sigmoid)
    const at::Tensor slope_MF = sigmoid_MF + silu_MF * (1 - sigmoid_MF);
    const at::Tensor both = at::cat({grad_MF * halves[1] * slope_MF, grad_MF * silu_MF}, -1);
    return {both.to(gate_up_MF.scalar_type())};
  }
};

}  // namespace

at::Tensor swiglu(const at::Tensor& gate_up) { return SwiGlu::apply(gate_up); }

}  // namespace assay::kernels
