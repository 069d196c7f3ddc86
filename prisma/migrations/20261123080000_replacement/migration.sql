-- AlterTable
ALTER TABLE "Image" ADD COLUMN     "productIds" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- CreateTable
CREATE TABLE "ImageAlias" (
    "shopId" UUID NOT NULL,
    "mediaId" TEXT NOT NULL,
    "imageId" UUID NOT NULL,
    "plan" JSONB,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ImageAlias_pkey" PRIMARY KEY ("shopId","mediaId")
);

-- CreateIndex
CREATE INDEX "ImageAlias_shopId_imageId_idx" ON "ImageAlias"("shopId", "imageId");
