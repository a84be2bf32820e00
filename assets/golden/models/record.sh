#!/usr/bin/env bash
# Records scores.npy: ONNX Runtime's scores of network.onnx on pixels.npy.
# First write the two files with today's code: SKINCLASSIFIER_WRITE_GOLDEN=1 dotnet test -c Release --filter ExportedNetworkTests
# Needs node and the npm package onnxruntime-node (recorded with 1.30.0; NODE_PATH says where it is).
cd "$(dirname "$0")" && node ../onnx/run_ort.cjs network.onnx pixels.npy scores.npy
