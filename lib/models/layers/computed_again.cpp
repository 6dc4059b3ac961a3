#include "models/layers/computed_again.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <mutex>
#include <utility>

namespace assay::models {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// The state of a device's random numbers.
class RandomState {
 public:
  explicit RandomState(at::Device device)
      : generator_(at::globalContext().defaultGenerator(device)) {
    const std::lock_guard lock(generator_.mutex());
    state_ = generator_.get_state();
  }
  void restore() {
    const std::lock_guard lock(generator_.mutex());
    generator_.set_state(state_);
  }

 private:
  at::Generator generator_;
  at::Tensor state_;
};

/// Random numbers go on as from `from` while one lives, and then from where they were.
class RandomReplay {
 public:
  RandomReplay(RandomState& from, at::Device device) : now_(device) { from.restore(); }
  ~RandomReplay() { now_.restore(); }
  RandomReplay(const RandomReplay&) = delete;
  RandomReplay& operator=(const RandomReplay&) = delete;

 private:
  RandomState now_;
};

/// A part's first run, for its second.
struct FirstRun : torch::CustomClassHolder {
  FirstRun(ModelPart what, at::Device where)
      : part(std::move(what)), device(where), random(where) {}

  ModelPart part;
  at::Device device;
  RandomState random;
  std::vector<bool> differentiable;  ///< which of the results were defined
  std::vector<bool> others;
};

std::vector<bool> which_defined(const std::vector<at::Tensor>& tensors) {
  std::vector<bool> defined;
  for (const at::Tensor& tensor : tensors) defined.push_back(tensor.defined());
  return defined;
}

void append_defined(const std::vector<at::Tensor>& tensors, variable_list& list) {
  for (const at::Tensor& tensor : tensors) {
    if (tensor.defined()) list.push_back(tensor);
  }
}

/// The next tensors of a list, with the undefined ones between them.
std::vector<at::Tensor> spread(const std::vector<bool>& defined, variable_list::iterator& next) {
  std::vector<at::Tensor> tensors;
  for (const bool is_defined : defined) {
    tensors.push_back(is_defined ? *next++ : at::Tensor());
  }
  return tensors;
}

class ComputedAgain : public torch::autograd::Function<ComputedAgain> {
 public:
  static variable_list forward(AutogradContext* ctx, const c10::intrusive_ptr<FirstRun>& run,
                               at::TensorList inputs) {
    const PartResult result = run->part(inputs.vec());
    run->differentiable = which_defined(result.differentiable);
    run->others = which_defined(result.others);
    ctx->save_for_backward(inputs.vec());
    ctx->saved_data["run"] = at::IValue::make_capsule(run);
    ctx->set_materialize_grads(false);
    variable_list constant;
    append_defined(result.others, constant);
    ctx->mark_non_differentiable(constant);
    variable_list outputs;
    append_defined(result.differentiable, outputs);
    outputs.insert(outputs.end(), constant.begin(), constant.end());
    return outputs;
  }

  static variable_list backward(AutogradContext* ctx, const variable_list& grads) {
    const auto capsule = ctx->saved_data["run"].toCapsule();
    auto& run = static_cast<FirstRun&>(*capsule);
    variable_list inputs;
    for (const at::Tensor& input : ctx->get_saved_variables()) {
      inputs.push_back(input.detach().set_requires_grad(input.requires_grad()));
    }
    const variable_list outputs = results_again(run, inputs);
    variable_list roots;
    variable_list root_grads;
    for (size_t i = 0; i < outputs.size(); ++i) {
      if (!grads[i].defined() || !outputs[i].requires_grad()) continue;
      roots.push_back(outputs[i]);
      root_grads.push_back(grads[i]);
    }
    if (!roots.empty()) torch::autograd::backward(roots, root_grads);
    variable_list result{at::Tensor()};  // of the run
    for (const at::Tensor& input : inputs) result.push_back(input.grad());
    return result;
  }

 private:
  /// The defined differentiable results of the second run.
  static variable_list results_again(FirstRun& run, const variable_list& inputs) {
    const RandomReplay replay(run.random, run.device);
    const at::AutoGradMode with_gradients(true);
    variable_list outputs;
    append_defined(run.part(inputs).differentiable, outputs);
    return outputs;
  }
};

}  // namespace

PartResult computed_again(const ModelPart& part, const std::vector<at::Tensor>& inputs) {
  TORCH_CHECK(std::ranges::any_of(inputs, [](const auto& input) { return input.requires_grad(); }),
              "[models] a part is to be computed again, but none of its inputs wants a gradient");
  const auto run = c10::make_intrusive<FirstRun>(part, inputs.front().device());
  variable_list outputs = ComputedAgain::apply(run, at::TensorList(inputs));
  auto next = outputs.begin();
  PartResult result{.differentiable = spread(run->differentiable, next)};
  result.others = spread(run->others, next);
  return result;
}

}  // namespace assay::models
