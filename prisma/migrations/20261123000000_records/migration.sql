-- CreateTable
CREATE TABLE "Shop" (
    "id" UUID NOT NULL,
    "domain" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'installed',
    "settings" JSONB NOT NULL DEFAULT '{}',
    "settingsVersion" INTEGER NOT NULL DEFAULT 0,
    "scopes" TEXT NOT NULL DEFAULT '',
    "sealedSecrets" TEXT,
    "installedAt" TIMESTAMPTZ(3) NOT NULL,
    "uninstalledAt" TIMESTAMPTZ(3),
    "reconciledUntil" TIMESTAMPTZ(3),
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Shop_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Session" (
    "id" TEXT NOT NULL,
    "shopDomain" TEXT NOT NULL,
    "isOnline" BOOLEAN NOT NULL,
    "sealed" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3),
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Delivery" (
    "id" TEXT NOT NULL,
    "shopDomain" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "eventId" TEXT,
    "apiVersion" TEXT,
    "triggeredAt" TIMESTAMPTZ(3),
    "receivedAt" TIMESTAMPTZ(3) NOT NULL,
    "payload" JSONB NOT NULL,
    "processedAt" TIMESTAMPTZ(3),
    "outcome" TEXT,

    CONSTRAINT "Delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Image" (
    "id" UUID NOT NULL,
    "shopId" UUID NOT NULL,
    "mediaId" TEXT NOT NULL,
    "productId" TEXT,
    "productTitle" TEXT,
    "fileName" TEXT NOT NULL,
    "alt" TEXT,
    "mimeType" TEXT,
    "url" TEXT,
    "widthPx" INTEGER,
    "heightPx" INTEGER,
    "bytes" BIGINT,
    "status" TEXT NOT NULL,
    "reasonCode" TEXT,
    "reason" TEXT,
    "seenUpdatedAt" TIMESTAMPTZ(3),
    "contentDigest" TEXT,
    "originalDigest" TEXT,
    "originalWidthPx" INTEGER,
    "originalHeightPx" INTEGER,
    "enhancementId" UUID,
    "progress" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "leaseToken" UUID,
    "leaseUntil" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Image_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Enhancement" (
    "id" UUID NOT NULL,
    "shopId" UUID NOT NULL,
    "imageId" UUID NOT NULL,
    "state" TEXT NOT NULL,
    "step" TEXT NOT NULL DEFAULT 'none',
    "trigger" TEXT NOT NULL,
    "lane" TEXT NOT NULL DEFAULT 'live',
    "params" JSONB NOT NULL,
    "before" JSONB,
    "intent" JSONB,
    "after" JSONB,
    "sourceDigest" TEXT,
    "preparedDigest" TEXT,
    "alphaDigest" TEXT,
    "rawDigest" TEXT,
    "outputDigest" TEXT,
    "facts" JSONB NOT NULL DEFAULT '{}',
    "report" JSONB,
    "verdict" JSONB,
    "engine" TEXT,
    "model" TEXT,
    "modelVersion" TEXT,
    "licence" TEXT,
    "predictionId" TEXT,
    "workKey" TEXT,
    "costMicros" BIGINT NOT NULL DEFAULT 0,
    "errorCode" TEXT,
    "error" TEXT,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "finishedAt" TIMESTAMPTZ(3),
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Enhancement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "LedgerEntry" (
    "id" UUID NOT NULL,
    "shopId" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "imageId" UUID,
    "subject" TEXT NOT NULL,
    "body" JSONB NOT NULL,
    "previousHash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "LedgerEntry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Blob" (
    "digest" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "mimeType" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Blob_pkey" PRIMARY KEY ("digest")
);

-- CreateTable
CREATE TABLE "BlobReference" (
    "shopId" UUID NOT NULL,
    "digest" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "imageId" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3),

    CONSTRAINT "BlobReference_pkey" PRIMARY KEY ("shopId", "digest", "role", "imageId")
);

-- CreateTable
CREATE TABLE "Prediction" (
    "id" UUID NOT NULL,
    "shopId" UUID NOT NULL,
    "enhancementId" UUID NOT NULL,
    "workKey" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "nonce" TEXT NOT NULL,
    "engine" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "modelVersion" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "remoteId" TEXT,
    "account" TEXT NOT NULL DEFAULT 'operator',
    "inputUrl" TEXT,
    "outputDigest" TEXT,
    "predictMs" INTEGER,
    "costMicros" BIGINT NOT NULL DEFAULT 0,
    "reservationId" UUID,
    "error" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "startedAt" TIMESTAMPTZ(3),
    "completedAt" TIMESTAMPTZ(3),
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Prediction_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "BudgetDay" (
    "shopId" UUID NOT NULL,
    "day" DATE NOT NULL,
    "reservedMicros" BIGINT NOT NULL DEFAULT 0,
    "spentMicros" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "BudgetDay_pkey" PRIMARY KEY ("shopId", "day")
);

-- CreateTable
CREATE TABLE "Reservation" (
    "id" UUID NOT NULL,
    "shopId" UUID NOT NULL,
    "day" DATE NOT NULL,
    "enhancementId" UUID,
    "state" TEXT NOT NULL,
    "heldMicros" BIGINT NOT NULL,
    "settledMicros" BIGINT NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "settledAt" TIMESTAMPTZ(3),

    CONSTRAINT "Reservation_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Shop_domain_key" ON "Shop"("domain");

-- CreateIndex
CREATE INDEX "Session_shopDomain_idx" ON "Session"("shopDomain");

-- CreateIndex
CREATE INDEX "Delivery_shopDomain_receivedAt_idx" ON "Delivery"("shopDomain", "receivedAt");

-- CreateIndex
CREATE INDEX "Delivery_receivedAt_idx" ON "Delivery"("receivedAt");

-- CreateIndex
CREATE UNIQUE INDEX "Image_shopId_mediaId_key" ON "Image"("shopId", "mediaId");

-- CreateIndex
CREATE INDEX "Image_shopId_status_updatedAt_id_idx" ON "Image"("shopId", "status", "updatedAt", "id");

-- CreateIndex
CREATE INDEX "Image_shopId_updatedAt_id_idx" ON "Image"("shopId", "updatedAt", "id");

-- CreateIndex
CREATE INDEX "Image_shopId_productId_idx" ON "Image"("shopId", "productId");

-- CreateIndex
CREATE INDEX "Image_leaseUntil_idx" ON "Image"("leaseUntil");

-- CreateIndex
CREATE INDEX "Enhancement_shopId_imageId_startedAt_idx" ON "Enhancement"("shopId", "imageId", "startedAt");

-- CreateIndex
CREATE INDEX "Enhancement_shopId_workKey_idx" ON "Enhancement"("shopId", "workKey");

-- CreateIndex
CREATE INDEX "Enhancement_shopId_state_idx" ON "Enhancement"("shopId", "state");

-- CreateIndex
CREATE UNIQUE INDEX "LedgerEntry_shopId_seq_key" ON "LedgerEntry"("shopId", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "LedgerEntry_shopId_kind_subject_key" ON "LedgerEntry"("shopId", "kind", "subject");

-- CreateIndex
CREATE INDEX "LedgerEntry_shopId_imageId_idx" ON "LedgerEntry"("shopId", "imageId");

-- CreateIndex
CREATE INDEX "BlobReference_digest_idx" ON "BlobReference"("digest");

-- CreateIndex
CREATE INDEX "BlobReference_expiresAt_idx" ON "BlobReference"("expiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "Prediction_nonce_key" ON "Prediction"("nonce");

-- CreateIndex
CREATE UNIQUE INDEX "Prediction_remoteId_key" ON "Prediction"("remoteId");

-- CreateIndex
CREATE UNIQUE INDEX "Prediction_shopId_workKey_attempt_key" ON "Prediction"("shopId", "workKey", "attempt");

-- CreateIndex
CREATE INDEX "Prediction_state_updatedAt_idx" ON "Prediction"("state", "updatedAt");

-- CreateIndex
CREATE INDEX "Prediction_enhancementId_idx" ON "Prediction"("enhancementId");

-- CreateIndex
CREATE INDEX "Reservation_shopId_state_idx" ON "Reservation"("shopId", "state");

-- The ledger is append-only for every role that can write at all: a row once written stays as it is. The one way out
-- is the law: what was kept of a shop is deleted when the shop demands it, in a transaction that names the shop, and
-- only after it has been marked as redacted.
CREATE FUNCTION "refuse_ledger_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        AND current_setting('vitrine.redacting_shop', true) = OLD."shopId"::text
        AND EXISTS (SELECT 1 FROM "Shop" WHERE "id" = OLD."shopId" AND "status" = 'redacted')
    THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'The ledger is append-only: % on "LedgerEntry" is refused.', TG_OP
        USING ERRCODE = 'restrict_violation';
END;
$$;

CREATE TRIGGER "LedgerEntry_append_only" BEFORE UPDATE OR DELETE ON "LedgerEntry"
    FOR EACH ROW EXECUTE FUNCTION "refuse_ledger_change"();

CREATE TRIGGER "LedgerEntry_no_truncate" BEFORE TRUNCATE ON "LedgerEntry"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_ledger_change"();
