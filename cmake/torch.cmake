# Finds LibTorch and, where that LibTorch has CUDA, an nvcc of CUDA 13.0.
# LibTorch: ASSAY_TORCH_HOME (a libtorch folder or a Python package `torch`), else the wheel in .venv.
# nvcc: CUDACXX, CUDA_HOME or PATH where it is 13.0, else the wheel in .venv.
# Gives: ASSAY_CUDA and the target assay::torch.

file(GLOB venv_site ${CMAKE_SOURCE_DIR}/.venv/lib/python3.*/site-packages)
if(DEFINED ENV{ASSAY_TORCH_HOME})
  set(torch_home $ENV{ASSAY_TORCH_HOME})
else()
  set(torch_home ${venv_site}/torch)
endif()
if(NOT EXISTS ${torch_home}/lib/libtorch_cpu.so)
  message(FATAL_ERROR "no LibTorch at ${torch_home}: run ./dev setup, or set ASSAY_TORCH_HOME")
endif()

if(EXISTS ${torch_home}/lib/libtorch_cuda.so)
  set(ASSAY_CUDA 1)
  if(NOT CMAKE_CUDA_COMPILER)
    find_program(system_nvcc nvcc HINTS $ENV{CUDA_HOME}/bin /usr/local/cuda/bin)
    foreach(candidate $ENV{CUDACXX} ${system_nvcc} ${venv_site}/nvidia/cu13/bin/nvcc)
      execute_process(COMMAND ${candidate} --version OUTPUT_VARIABLE nvcc_version ERROR_QUIET RESULT_VARIABLE failed)
      if(NOT failed AND nvcc_version MATCHES "release 13\\.0")
        set(CMAKE_CUDA_COMPILER ${candidate} CACHE FILEPATH "nvcc of CUDA 13.0")
        break()
      endif()
    endforeach()
  endif()
  if(NOT CMAKE_CUDA_COMPILER)
    message(FATAL_ERROR "this LibTorch has CUDA, but no nvcc of CUDA 13.0 was found: run ./dev setup")
  endif()
  get_filename_component(cuda_root ${CMAKE_CUDA_COMPILER} REALPATH)
  get_filename_component(cuda_root ${cuda_root}/../.. ABSOLUTE)
  set(ENV{CUDA_HOME} ${cuda_root})
  set(CUDAToolkit_ROOT ${cuda_root})
  set(CUDA_TOOLKIT_ROOT_DIR ${cuda_root})
  set(TORCH_CUDA_ARCH_LIST ${ASSAY_CUDA_ARCHS})
  # Torch sets the targets by flags of its own; without this CMake would add a second list.
  set(CMAKE_CUDA_ARCHITECTURES OFF) # a warning about it is expected
  enable_language(CUDA)
  set(CMAKE_CUDA_STANDARD 20)
  set(CMAKE_CUDA_RUNTIME_LIBRARY Shared) # the one that LibTorch loads
else()
  set(ASSAY_CUDA 0)
endif()

list(PREPEND CMAKE_PREFIX_PATH ${torch_home})
find_package(Torch REQUIRED)

# torch.h as SYSTEM include: its warnings are not ours. The wheel brings its own libgomp; -fopenmp at link time would
# add the system's as a second thread pool, so OpenMP is switched on for the compiler only and torch's copy is linked.
add_library(assay_torch INTERFACE)
add_library(assay::torch ALIAS assay_torch)
file(GLOB torch_libgomp ${torch_home}/lib/libgomp*.so* ${torch_home}.libs/libgomp*.so*)
target_include_directories(assay_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
# libstdc++ comes first: libtorch.so exports parts of std::filesystem that crash outside of it (remove_all), and the
# first library on the list wins.
target_link_libraries(assay_torch INTERFACE stdc++ ${TORCH_LIBRARIES} ${torch_libgomp})
target_compile_options(assay_torch INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fopenmp>)
# The wheel is built with NDEBUG, and its headers lay out some classes by it (at::RecordFunction).
target_compile_definitions(assay_torch INTERFACE ASSAY_CUDA=${ASSAY_CUDA} NDEBUG)

# One precompiled header for all users of LibTorch. It names what most of them need and not all of torch.h, which g++
# loads at twice the price.
file(WRITE ${CMAKE_BINARY_DIR}/generated/torch_pch.cpp "")
add_library(assay_torch_pch OBJECT ${CMAKE_BINARY_DIR}/generated/torch_pch.cpp)
target_link_libraries(assay_torch_pch PRIVATE assay::torch assay_warnings fmt::fmt-header-only)
set_target_properties(assay_torch_pch PROPERTIES UNITY_BUILD OFF)
target_precompile_headers(assay_torch_pch PRIVATE ${CMAKE_SOURCE_DIR}/cmake/torch_pch.h)
if(CMAKE_DISABLE_PRECOMPILE_HEADERS)
  # clang-tidy cannot read g++'s precompiled header, but must see what it gives.
  target_compile_options(assay_torch INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-include${CMAKE_SOURCE_DIR}/cmake/torch_pch.h>)
endif()
